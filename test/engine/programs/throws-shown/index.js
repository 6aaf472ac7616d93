// What a loader of modules throws in a thread of its own arrives so.
throw Object.assign(Object.create(null), {
  [Symbol.for("nodejs.util.inspect.custom")]: () => "Error: of the loader",
});
