import pytest

from qingfeng.campaigns.plans.quota import counts_people_or_cases, is_quota

QUOTAS = """
立案数不少于5件
立案不少于5件
留置人数达到3人
处分率不低于2%
处理处分占比达到全省平均水平
第一种形态比例不低于80%
投案率
成案率
按主动投案人数排名通报
各单位立案数排名
排名依据为留置人数
对办案数量实行末位通报
以留置人数考核得分
立 案 数 不少于 5 件
举报線索數量同比增长10%
每月上报线索不少于5条
每月新增3条线索
每名干警至少提供线索1条
人均检举线索2条
至少查处3名干警
立案查处至少二十人
完成立案10件
查处典型案件不少于3起
线索办结不少于5件
排查线索不少于10条
移送司法机关2人以上
确保有10人被处分
主动说明问题人数不少于10人
清除害群之马不少于5名
下达立案指标
考核立案数
消灭零立案
At least 5 cases filed
detain no fewer than 3 officers
detention rate
dismissal target
quota for leads
rank provinces by number of cases
ranked by detained officers
No fewer than 10 officers punished each quarter
the number of leads must increase
""".strip().splitlines()

DELIVERIES = """
召开警示教育大会不少于2场
谈心谈话人次不少于全员的100%
每名干警填写自查表1份
向每一名干警讲清主动说明与被动查处的不同后果
每件挂牌案件明确一名包案领导
参训率达到95%
测试合格率不低于90%
线索办结率不低于95%
线索按期反馈率100%
减刑假释案件逐案排查，排查率100%
通报违纪违法典型案例至少2次
对立案审查的案件，至少召开2次调度会
不得以立案数排名
严禁下达立案、留置指标
不设人数、件数要求
开展案件评查不少于30件
组织旁听庭审不少于50人次
收到线索5个工作日内移送
线索台账逐件登记，做到件件有着落
个别谈话覆盖每名班子成员，至少1次
意见建议答复率达到100%
挂牌案件每月至少调度一次
至少10个工作日前报送案件材料
全面排查2018年以来案件，逐案登记
办实事不少于3件
At least two warning-case sessions
hold at least 3 talks with each officer
95% of officers trained
Case files reviewed: at least 30
leads handled in time
No quota on cases or detentions is set
""".strip().splitlines()


@pytest.mark.parametrize("text", QUOTAS)
def test_a_number_rate_or_ranking_on_people_or_cases_is_a_quota(text):
    assert is_quota(text)
    assert is_quota(f"各单位要高度重视。{text}。")


@pytest.mark.parametrize("text", DELIVERIES)
def test_what_a_unit_delivers_is_no_quota(text):
    assert not is_quota(text)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("立案件数", ""),
        ("留置人数", ""),
        ("主动投案人数", ""),
        ("线索数", ""),
        ("处理处分人数", ""),
        ("挂牌案件办结数", ""),
        ("完成数", "cases-filed"),
        ("完成数", "leads"),
        ("人数", "detained"),
        ("人数", "officers-dismissed"),
        ("Officers punished", ""),
        ("Leads received", ""),
    ],
)
def test_people_and_cases_cannot_have_a_quantity(title, key):
    assert counts_people_or_cases(title, key)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("谈心谈话人次", "talks"),
        ("警示教育参加人次", "warning-attendances"),
        ("参训人次", "trained"),
        ("收回自查表份数", "forms"),
        ("案件评查件数", "case-file-reviews"),
        ("主动投案政策宣讲场次", "policy-sessions"),
        ("线索排查会场次", "lead-meetings"),
        ("办结实事件数", "deeds"),
        ("Warning-case sessions", "warning-case-sessions"),
        ("People trained", "trained"),
        ("Reports on leads", "lead-returns"),
    ],
)
def test_deliveries_can_have_a_quantity(title, key):
    assert not counts_people_or_cases(title, key)
