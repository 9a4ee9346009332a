"""What the client asks of Jira is judged by Atlassian's OpenAPI: a new call is missed here, not in the longer run."""

from tests.prism.client_calls import calls_not_walked


def test_each_call_of_the_client_is_walked_through_prism():
    assert calls_not_walked() == []
