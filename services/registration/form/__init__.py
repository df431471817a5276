"""The 服务外包交易平台注册信息表 as data, with its checks: pure, no input or output."""
