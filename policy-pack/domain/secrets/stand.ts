/** Stands for an unknown part of a text: no credential, and no name of one. */
export const stand = "unknownpart";
