/**
 * jest's runtime, but it loads a package once per environment. jest's own loads all modules anew for each test file: for one
 * that uses Grafana's components or the AWS SDK, this takes longer than its tests. The environments here are kept for all
 * files of a process, so that packages are. Our own modules are still loaded anew, and so keep no state from file to file.
 *
 * JavaScript, because jest loads it without compiling.
 */
const { default: Runtime } = require('jest-runtime');

/** Testing Library's React package adds its clean-up to each file that loads it. */
const PACKAGE = /\/node_modules\/(?!@testing-library\/react\/)/;

/**
 * What is kept of an environment, by its global object: the packages' modules by path, and the runtime of the test file that
 * runs now.
 */
const keptOf = new WeakMap();

/** The modules of a test file, by path: the packages' are those that are kept. */
class ModuleRegistry extends Map {
  constructor(packages) {
    super();
    this.packages = packages;
  }

  get(path) {
    return this.packages.get(path) ?? super.get(path);
  }

  has(path) {
    return this.packages.has(path) || super.has(path);
  }

  set(path, loaded) {
    if (PACKAGE.test(path)) {
      this.packages.set(path, loaded);
      return this;
    }
    return super.set(path, loaded);
  }

  delete(path) {
    return this.packages.delete(path) || super.delete(path);
  }
}

class PackageKeepingRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    const kept = keptOf.get(environment.global) ?? { packages: new Map() };
    keptOf.set(environment.global, kept);
    kept.runtime = this;
    this.kept = kept;
    this._moduleRegistry = new ModuleRegistry(kept.packages);
  }

  /** A package that stands for another would reach all files that come after. */
  setMock(from, moduleName, ...rest) {
    if (!moduleName.startsWith('.')) {
      this._moduleRegistry = new ModuleRegistry(new Map());
    }
    super.setMock(from, moduleName, ...rest);
  }

  /** A kept package may require another only when it is used, which the runtime that has loaded it can no longer load. */
  requireModuleOrMock(from, moduleName) {
    const { runtime } = this.kept;
    return runtime === this
      ? super.requireModuleOrMock(from, moduleName)
      : runtime.requireModuleOrMock(from, moduleName);
  }
}

module.exports = PackageKeepingRuntime;
