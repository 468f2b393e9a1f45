"""The network in the browser: JavaScript modules, and what packs a network for them."""
