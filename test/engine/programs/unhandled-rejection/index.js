Promise.reject(new Error("nobody waited"));
