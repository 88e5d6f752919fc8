"""Shares the limits of requests and slots with other servers, over Redis.

It must not know what a provider is, nor see a key or an address. Redis' libraries are imported by
`RedisLimits.run` alone, so only a server with `limits.redisUrl` loads them.
"""
