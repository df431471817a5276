"""The services of Tongbao, one package each, with the same rooms in all of them."""
