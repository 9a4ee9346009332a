"""Where our calls may go."""

import pytest

from connector.allowed_hosts import is_allowed, is_origin, site_hosts

HOSTS = (".atlassian.net", ".jira.com", "api.atlassian.com", "http://127.0.0.1:8080")

ALLOWED = ["https://acme.atlassian.net", "https://a-b.jira.com/", "https://api.atlassian.com", "http://127.0.0.1:8080"]

REFUSED = [
    "http://acme.atlassian.net",
    "https://acme.atlassian.net.evil.example",
    "https://evilatlassian.net",
    "https://atlassian.net",
    "https://.atlassian.net",
    "https://acme.atlassian.net@evil.example",
    "https://user@acme.atlassian.net",
    "https://acme.atlassian.net:8443",
    "https://acme.atlassian.net:443",
    "https://acme.atlassian.net/path",
    "https://acme.atlassian.net?x=.jira.com",
    "https://acme.atlassian.net#x",
    "https://evil.example/.atlassian.net",
    "https://evil.example\\.atlassian.net",
    "https://evil.example%2f.atlassian.net",
    "https://evil.example\n.atlassian.net",
    "https://ácme.atlassian.net",
    "https://169.254.169.254",
    "https://[::1]",
    "http://127.0.0.1:8081",
    "http://localhost:8080",
    "https://127.0.0.1:8080",
    "https://sub.api.atlassian.com",
    "ftp://acme.atlassian.net",
    "//acme.atlassian.net",
    "acme.atlassian.net",
    "",
]


@pytest.mark.parametrize("address", ALLOWED)
def test_listed_hosts_are_allowed(address):
    assert is_allowed(address, HOSTS)


@pytest.mark.parametrize("address", REFUSED)
def test_everything_else_is_not(address):
    assert not is_allowed(address, HOSTS)


def test_a_site_is_not_at_the_shared_address():
    assert not is_allowed("https://api.atlassian.com", site_hosts(HOSTS))
    assert is_allowed("https://acme.atlassian.net", site_hosts(HOSTS))


@pytest.mark.parametrize("address", ["https://jira.acme.com; script-src *", "https://a.b/c", "*", "", "https://a b"])
def test_an_address_that_would_widen_a_policy_is_no_origin(address):
    assert not is_origin(address)


def test_a_display_address_is_an_origin():
    assert is_origin("https://jira.acme.com")
