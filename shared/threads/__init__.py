"""Threads: what departments and a filing unit, or departments among themselves, say to each other about one thing.

`model` is what a thread is, `talking` the use cases over a `Subject` that says who may, `store` keeps threads in MongoDB,
`wire` is what comes in and goes out over HTTP. A service brings its subject, its places and its notices.
"""
