"""Database engines for SQLite and PostgreSQL, and the schema version that this release needs."""

from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

if TYPE_CHECKING:
    from alembic.config import Config

SchemaState: TypeAlias = Literal["current", "behind", "ahead", "empty", "copying"]

# Milliseconds that a writer waits for SQLite's lock.
BUSY = 30_000
# The advisory lock that makes a second upgrade wait (PostgreSQL).
UPGRADE_LOCK = 7_318_220_415
MIGRATIONS = "mappings.records.migrations"
# How our sessions are called on PostgreSQL.
APPLICATION = "teachback"
# In the place of a revision while a copy into the database is not complete.
COPYING = "copying"


class StoreError(Exception):
    """The database cannot do what was asked: `reason` says why, `hint` what to do about it."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason}: {hint}")
        self.reason, self.hint = reason, hint


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Open `sqlite:///file` or `postgresql+psycopg://`. Raises StoreError for another address."""
    try:
        name = make_url(url).get_backend_name()
        # An error's text goes to the log: it must not hold what was being written.
        engine = create_engine(url, hide_parameters=True, **_OPTIONS.get(name, {}))
    except (ArgumentError, NoSuchModuleError, ImportError) as cause:
        raise StoreError("the database address cannot be read", "use sqlite:/// or postgresql+psycopg://") from cause
    if name not in _OPTIONS:
        raise StoreError(f"{name} is not a database that Teachback can use", "use sqlite:/// or postgresql+psycopg://")
    event.listen(engine, "handle_error", _translate)
    if name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        if read_only:
            event.listen(engine, "connect", _prepare_reader)
        # A writer of SQLite locks when it begins: one that read first would fail at its first write if another wrote in
        # between. A reader never waits.
        event.listen(engine, "begin", _begin if read_only else _begin_immediate)
    else:
        event.listen(engine, "connect", _prepare_postgresql_reader if read_only else _prepare_postgresql_writer)
        if read_only:
            event.listen(engine, "begin", _begin_read_only)
    return engine


_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {
        "connect_args": {"check_same_thread": False, "isolation_level": None},
        "pool_size": 10,
        "max_overflow": 40,
    },
    "postgresql": {
        "pool_size": 10,
        "max_overflow": 40,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "application_name": APPLICATION},
    },
}


def _prepare_sqlite(driver: Any, _: object) -> None:
    cursor = driver.cursor()
    # The timeout first: already the change to WAL may have to wait for another process.
    for pragma in (f"busy_timeout={BUSY}", *_PRAGMAS):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# Debian's SQLite overwrites every freed page, which costs the drain an eighth: FAST does so where the page is written
# anyway. After an erasure the file is rewritten (`compact`), whatever the system's SQLite does by itself.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=FAST")


def _prepare_postgresql_writer(driver: Any, _: object) -> None:
    # No plan is cached, as for a reader, and for PostgreSQL's own checks of foreign keys one is: the reader's setting
    # would have it plan them anew for each row, which was a seventh of an import.
    driver.prepare_threshold = None


def _prepare_postgresql_reader(driver: Any, _: object) -> None:
    driver.autocommit = True
    if is_pooled(driver):
        # The next transaction may use another connection, which knows none of our statements and settings.
        driver.prepare_threshold = None
    else:
        # A plan cached for any list of ids scans whole tables where the list is short.
        driver.execute("SET plan_cache_mode = force_custom_plan")
    driver.autocommit = False


def is_pooled(driver: Any) -> bool:
    """Tell whether a pooler such as PgBouncer stands between: it invents the process that a client is told of."""
    (pid,) = driver.execute("SELECT pg_backend_pid()").fetchone()
    return bool(pid != driver.info.backend_pid)


# kB of pages that a reader's connection keeps: a page of a large site reads more than SQLite's 2 MB, and reads the
# upper levels of each index again and again. A writer gains nothing by it (docs/speed.md).
READER_CACHE = 8_000


def _prepare_reader(driver: Any, _: object) -> None:
    driver.execute("PRAGMA query_only=ON")
    driver.execute(f"PRAGMA cache_size=-{READER_CACHE}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_read_only(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _translate(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        # The pool looks whether a connection still lives, and opens another where it does not.
        return
    message = str(context.original_exception).lower()
    # Errors of a statement itself match none of these and stay what they are.
    for part, reason, hint in _FAILURES:
        if part in message:
            raise StoreError(_with_path(reason, context), hint) from context.original_exception
    state = getattr(context.original_exception, "sqlstate", None) or ""
    for start, reason, hint in _STATES:
        if state.startswith(start):
            raise StoreError(reason, hint) from context.original_exception
    if context.is_disconnect:
        raise StoreError("the database went away", "see whether it runs and try again") from context.original_exception


def _with_path(reason: str, context: ExceptionContext) -> str:
    # Of a file the path is shown; the address of a server may contain a password.
    is_file = context.engine is not None and context.engine.dialect.name == "sqlite"
    return f"{reason} ({context.engine.url.database})" if is_file and context.engine and "file" in reason else reason


_FAILURES = (
    ('fatal:  database "', "there is no such database", "make it, or check TEACHBACK_DATABASE_URL"),
    ('fatal:  role "', "the database does not know the user", "check TEACHBACK_DATABASE_URL"),
    ("authentication failed", "the database refuses the user", "check TEACHBACK_DATABASE_URL"),
    ("readonly database", "the database file cannot be written", "check the file's permissions"),
    ("read-only transaction", "the database cannot be written", "use the server that takes writes"),
    ("database is locked", "the database is locked", "end the other process that writes to it, or try again"),
    ("unable to open database file", "the database file cannot be opened", "check its folder and its permissions"),
    ("file is not a database", "the file is not a database", "check TEACHBACK_DATABASE_URL"),
    ("no such table", "the database has no schema of ours", "run: teachback db upgrade"),
    ("does not exist", "the database has no schema of ours", "run: teachback db upgrade"),
    ("connection to server", "the database does not answer", "see whether it runs"),
    ("failed to resolve host", "the database does not answer", "check the host's name"),
    ("connection refused", "the database does not answer", "see whether it runs"),
    ("could not connect", "the database does not answer", "see whether it runs"),
    ("connection timeout", "the database does not answer", "see whether it runs"),
    ("disk is full", "the disk is full", "make room"),
    ("disk i/o error", "the database file cannot be read or written", "check the disk"),
    ("disk image is malformed", "the database file is damaged", "restore a backup"),
)

# What a statement of PostgreSQL meets that is no fault of it, by the beginning of SQLSTATE: it succeeds when that is
# over. A StoreError also tells the drain that a delivery was not to blame.
_STATES = (
    ("53100", "the disk is full", "make room"),
    ("53", "the database has reached a limit of its machine", "see its log for memory and connections"),
    ("57014", "the database ended the statement", "see its log for timeouts"),
    ("57", "the database went away", "see whether it runs and try again"),
    ("58", "the database file cannot be read or written", "check the disk"),
    ("40", "the database ended the transaction for another's sake", "try again"),
    ("XX", "the database file is damaged", "see its log, and restore a backup"),
)


def upgrade(url: str) -> None:
    """Upgrade the schema to this release. Raises StoreError."""
    from alembic import command

    engine = open_engine(url)
    try:
        _refuse_state(schema_state(engine))
        with engine.connect() as connection:
            _prepare_upgrade(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def _prepare_upgrade(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A table that alembic rebuilds deletes the rows that refer to it while foreign keys are on. The pragma has no
        # effect within a transaction, and the driver's own connection has none yet.
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")


def schema_state(engine: Engine) -> SchemaState:
    """Return how the schema compares with this release. Raises StoreError."""
    with engine.connect() as connection:
        has_version = inspect(connection).has_table("alembic_version")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if has_version else None
    if revision is None:
        return "empty"
    if revision == COPYING:
        return "copying"
    known = revisions()
    if revision == known[-1]:
        return "current"
    return "behind" if revision in known else "ahead"


def revisions() -> list[str]:
    # Each command asks this first; alembic itself takes longer to import than a report to make.
    names = (path.name for path in resources.files(f"{MIGRATIONS}.versions").iterdir())
    return sorted(name.partition("_")[0] for name in names if name[:1].isdigit())


def require_current(engine: Engine) -> None:
    """Raise StoreError unless the schema is that of this release."""
    state = schema_state(engine)
    _refuse_state(state)
    if state != "current":
        raise StoreError("the database is not ready for this release", "run: teachback db upgrade")


def _refuse_state(state: SchemaState) -> None:
    if state == "ahead":
        raise StoreError("the database is newer than this release", "install the release that upgraded it")
    if state == "copying":
        raise StoreError("a copy into the database was not completed", "run teachback db copy again, it goes on")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files(MIGRATIONS)))
    return config


def compact(engine: Engine) -> None:
    """Rewrite a SQLite file without what was deleted from it, and empty its log. Raises StoreError."""
    if engine.dialect.name != "sqlite":
        return
    held = engine.raw_connection()
    try:
        cursor = held.cursor()
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
            cursor.fetchall()
        cursor.close()
    finally:
        held.close()
