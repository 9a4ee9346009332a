"""The report of accounts against the stand-in, signed and over real HTTP."""

from tests.jira.apps.signed_calls import an_app
from tests.jira.server import serve
from tests.jira.small_site import sample
from tests.prism.client_calls import client_at


def test_the_stand_in_takes_a_report_and_names_the_closed() -> None:
    made = sample()
    running, app = serve(made.site), an_app(made.site)
    try:
        jira = client_at(running.url, app)
        late = made.site.now() + 1_000_000_000
        assert jira.report_accounts({"ada": late, "bo": late}).states == {}
        made.site.close_account("bo", at=made.site.now())
        verdicts = jira.report_accounts({"ada": late, "bo": late})
    finally:
        running.stop()
    assert (dict(verdicts.states), verdicts.cycle_days) == ({"bo": "closed"}, 7)
