/** Stands for what of a text is not known: no credential, and no name of one. */
export const stand = "unknownpart";
