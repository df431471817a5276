from shared.codes.generate import divisions
from shared.codes.generate.divisions import Span

TABLE = """# head
42 province="湖北省"
  0000 county="湖北省"
  0100 county="武汉市"
  0102 county="[-1982]旧区,[1983-]江岸区"
  0103 county="[1983-1990]撤销区"
  9000 county="[1986-]省直辖县级行政单位"
  9001 county="随州市"
  9004 county="[1994-]仙桃市"
71 province="台湾省"
  0000 county="台湾省"
"""
LISTS = {
    "provinces": [{"code": "42", "name": "湖北省"}],
    "cities": [{"code": "4201", "name": "武汉市"}, {"code": "4290", "name": "省直辖县级行政区划"}],
    "areas": [{"code": "420102", "name": "江岸区"}, {"code": "429004", "name": "仙桃市"}],
}


def test_the_table_gives_the_spans_of_every_code_of_the_mainland() -> None:
    spans = divisions.parse_spans(TABLE)

    assert spans["420102"] == [Span("旧区", None, 1982), Span("江岸区", 1983, None)]
    assert spans["420000"] == [Span("湖北省", None, None)]
    assert "710000" not in spans


def test_the_list_takes_years_from_the_table_and_parents_past_the_groups() -> None:
    rows = {row[0]: row for row in divisions.edition(LISTS, divisions.parse_spans(TABLE))}

    assert rows["420102"] == ("420102", "江岸区", "county", "420100", 1983, None)
    assert rows["429004"] == ("429004", "仙桃市", "county", "420000", 1994, None)


def test_what_codes_meant_before_is_kept_apart_from_the_list() -> None:
    spans = divisions.parse_spans(TABLE)

    assert divisions.earlier(spans, divisions.edition(LISTS, spans)) == [
        ("420102", "旧区", "county", "420100", None, 1982),
        ("420103", "撤销区", "county", "420100", 1983, 1990),
        ("429001", "随州市", "county", "420000", None, 2000),
    ]
