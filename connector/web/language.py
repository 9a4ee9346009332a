"""The language of an answer: chosen once for each request, and gettext's functions for templates."""

from flask import Flask, Response, request
from jinja2 import Environment
from markupsafe import Markup, escape

from mappings import translation
from mappings.translation import choose_locale, language_tag, reset_locale, set_locale

# Connect's hosts before 2019 named the person's locale in the address of a frame.
PARAMETER = "loc"
# Where a request keeps what resets the locale; a call inside another of Forge's has one of its own.
ENVIRON_KEY = "teachback.locale"


def choose_language() -> None:
    """Set the locale of a request: as Jira tells it of the person, else as the browser asks, else English.

    Inside Forge the envelope brings Jira's locale as the header; in Connect's frame its script asks Jira and does so.
    """
    tags = [request.args.get(PARAMETER, ""), *request.accept_languages.values()]
    request.environ[ENVIRON_KEY] = set_locale(choose_locale(tags))


def label_language(response: Response) -> None:
    """Say in which language an answer is, and that another reader may get another."""
    if request.endpoint != "static":
        # A file is English, whoever asks for it.
        is_file = "Content-Disposition" in response.headers
        response.headers["Content-Language"] = "en" if is_file else language_tag()
        response.vary.add("Accept-Language")


def register_languages(app: Flask) -> None:
    """Add gettext's functions to the templates, and give the context back after each request."""
    add_translation(app.jinja_env)

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if ENVIRON_KEY in request.environ:
            reset_locale(request.environ.pop(ENVIRON_KEY))


def add_translation(environment: Environment) -> None:
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's
    environment.globals.update(
        _=translate,
        gettext=translate_html,
        ngettext=_html_by_number,
        pgettext=translate_in_context,
        npgettext=translation.npgettext,
        language=language_tag,
    )


def translate(message: str, **places: object) -> str:
    """Return a text message, escaped where a place of it holds HTML, such as a macro's answer."""
    if not any(hasattr(place, "__html__") for place in places.values()):
        return translation.gettext(message, **places)
    return translation.fill_places(escape(translation.gettext(message)), places)


def translate_in_context(context: str, message: str, **places: object) -> str:
    return translation.pgettext(context, message, **places)


def translate_html(message: str, **places: object) -> Markup:
    """Return a message that is HTML itself, of a `trans` block. Its places are escaped."""
    text = translation.gettext(message)
    return translation.fill_places(Markup(text), places)  # noqa: S704  the text of our own template or catalog


def _html_by_number(singular: str, plural: str, num: int, /, **places: object) -> Markup:
    # The number itself may come as a place, too: as a link that says it.
    text = translation.load_catalog(language_tag()).ngettext(singular, plural, num)
    own = {"num": translation.integer_text(num), **places}
    return translation.fill_places(Markup(text), own)  # noqa: S704  as above
