/** Versions of what the simulated image holds. */
export const serverVersion = "5.0.13";
export const shellVersion = "1.6.0";

export const buildInfo = {
  version: serverVersion,
  gitVersion: "cfb7690563a3144d3d1175b3a20c2ec81b662a8f",
  modules: [],
  allocator: "tcmalloc",
  javascriptEngine: "mozjs",
  sysInfo: "deprecated",
  versionArray: [5, 0, 13, 0],
  bits: 64,
  debug: false,
  maxBsonObjectSize: 16_777_216,
  storageEngines: ["devnull", "ephemeralForTest", "wiredTiger"],
};
