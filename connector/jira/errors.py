"""JiraError: Jira did not answer, refused, or was not asked."""


class JiraError(Exception):
    """Jira did not give what we asked for, or was not asked.

    `permanent`: asking again will not help. `retry_after`: seconds after which to try, if it is known. `put_off`: Jira
    must not be asked now, since a limit is or would be met: a job goes on later instead of waiting.
    `unreadable`: it answered, with more than we read at once, or nested too deeply, or with no JSON.
    `status` is the answer's (0: there was none), `reason` the limit that was met, as Atlassian names it.
    The message names the kind of error, never an address or an answer: both may hold personal data.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        retry_after: int | None = None,
        put_off: bool = False,
        unreadable: bool = False,
        status: int = 0,
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.permanent, self.retry_after, self.put_off = permanent, retry_after, put_off
        self.unreadable = unreadable
        self.status, self.reason = status, reason
