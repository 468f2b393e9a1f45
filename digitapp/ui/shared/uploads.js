// Says in words why a file could not be sent, in place of Streamlit's "AxiosError: Request failed
// with status code 413". The server's own sentence stays in its answer, which no script gets to see.

window.digitappUploads ??= (() => {
  const UPLOADERS = '[data-testid="stFileUploader"]';
  const FAILED = /AxiosError: .*?(\d{3})?$/;
  const NO_ANSWER = "The server did not answer. Try again when it is back.";
  const OTHERWISE = "This file could not be sent. Reload the page and try again.";
  /** @type {Record<string, string>} */
  const WORDS = {
    413: "This file is too large to be sent here, or there are too many files already.",
    429: "These are too many files within a minute. Wait a little and send it again.",
    502: NO_ANSWER,
    503: "The server has no room for files just now. Try again in a few minutes.",
    504: NO_ANSWER,
  };

  /** @param {string} said */
  function inWords(said) {
    return said.replace(FAILED, (whole, status) =>
      whole.includes("Network Error") ? NO_ANSWER : (WORDS[status] ?? OTHERWISE),
    );
  }

  function look() {
    for (const uploader of document.querySelectorAll(UPLOADERS)) {
      if (!uploader.textContent?.includes("AxiosError")) continue;
      const texts = document.createTreeWalker(uploader, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = /** @type {Text} */ (texts.currentNode);
        const words = inWords(text.data);
        if (words !== text.data) text.data = words;
      }
    }
  }

  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  return { look };
})();
