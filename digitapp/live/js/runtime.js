// Loads TensorFlow.js with its WebAssembly backend, once per document.

/**
 * TensorFlow.js itself; its types are not vendored.
 * @typedef {any} TensorFlow
 */

/**
 * The addresses of the runtime's files, for a page that carries them itself (as blob: addresses).
 * @typedef {{core: string, backend: string, simd: string, plain: string}} Sources
 */

export const VERSION = "4.22.0";

/** @type {Promise<TensorFlow> | null} */
let started = null;

/**
 * Return TensorFlow.js, ready to compute by WebAssembly: with SIMD if the browser has it, in one
 * thread. Rejects with a sentence when the browser cannot run it, or its files cannot be loaded.
 * @param {string | URL | Sources} from The address of the folder of its files, or one of each file.
 * @returns {Promise<TensorFlow>}
 */
export function runtime(from) {
  started ??= start(sourcesIn(from));
  started.catch(() => (started = null)); // a later call tries again
  return started;
}

/**
 * @param {string | URL | Sources} from
 * @returns {Sources}
 */
function sourcesIn(from) {
  if (typeof from !== "string" && !(from instanceof URL)) return from;
  const folder = new URL(String(from).replace(/\/?$/, "/"), document.baseURI);
  const at = (/** @type {string} */ name) => new URL(name, folder).href;
  return {
    core: at("tf-core.min.js"),
    backend: at("tf-backend-wasm.min.js"),
    simd: at("tfjs-backend-wasm-simd.wasm"),
    plain: at("tfjs-backend-wasm.wasm"),
  };
}

/**
 * @param {Sources} sources
 * @returns {Promise<TensorFlow>}
 */
async function start(sources) {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") {
    throw new Error("This browser has no WebAssembly, so it cannot run the network itself.");
  }
  const page = /** @type {any} */ (globalThis);
  const core = page.tf?.version_core !== VERSION && script(sources.core);
  const backend = page.tf?.wasm?.version_wasm !== VERSION && script(sources.backend);
  await Promise.all([core, backend]);
  const tf = page.tf;
  if (tf.getBackend() === "wasm") return tf; // another copy of this module has started it
  tf.enableProdMode();
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // pages are not isolated, and one is enough
  tf.wasm.setWasmPaths({
    "tfjs-backend-wasm.wasm": sources.plain,
    "tfjs-backend-wasm-simd.wasm": sources.simd,
    "tfjs-backend-wasm-threaded-simd.wasm": sources.simd, // never fetched
  });
  if (!(await tf.setBackend("wasm"))) {
    throw new Error("The network's runtime could not be started in this browser (WebAssembly).");
  }
  return tf;
}

/**
 * Load a classic script, after those that were asked for before: TensorFlow.js's make a global `tf`.
 * @param {string} address
 * @returns {Promise<void>}
 */
function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    Object.assign(element, { src: address, async: false });
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(`The network's runtime cannot be loaded: ${address}`));
    document.head.append(element);
  });
}
