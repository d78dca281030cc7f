/** The finalizers by which the garbage collector carries out a propagation policy. */
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";
