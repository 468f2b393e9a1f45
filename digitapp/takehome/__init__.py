"""Everything one can take home from a run: Keras code, network, history, report, bundle."""
