declare const __VERSION__: string;

/** The version of package.json, put in by the build. */
export const version = __VERSION__;
