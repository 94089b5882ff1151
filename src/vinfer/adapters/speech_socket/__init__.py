"""The speech process (`offline`, `server`) and its clients (`client`), over a Unix socket."""
