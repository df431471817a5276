"""Stand-in for a receiver of statistics (国家统计局, 统计信息共享数据库): own process, own keys, own small store; takes files."""
