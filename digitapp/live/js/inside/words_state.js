// Which text is open and which are done, kept in the browser's tab: it survives a visit to another
// page, and ends with the tab.

const KEY = "digitapp-words";

/**
 * @param {string[]} ids of the texts
 */
export function keptState(ids) {
  const kept = read();
  const state = {
    at: Math.max(0, ids.indexOf(String(kept.open))),
    hidden: kept.hidden === true,
    /** @type {Set<string>} */
    done: new Set(Array.isArray(kept.done) ? kept.done.filter((each) => ids.includes(each)) : []),

    keep() {
      const now = { open: ids[state.at], hidden: state.hidden, done: [...state.done] };
      try {
        window.sessionStorage.setItem(KEY, JSON.stringify(now));
      } catch {
        // The browser forbids it; then the texts begin anew on the next visit.
      }
    },

    /** @param {string} id */
    finish(id) {
      state.done.add(id);
      state.keep();
    },
  };
  return state;
}

/** @returns {Record<string, unknown>} */
function read() {
  try {
    const found = JSON.parse(window.sessionStorage.getItem(KEY) || "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
