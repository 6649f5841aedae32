"""How tools are done, one file per family; only `worker.process` imports them."""
