"""`make messages`: gives each catalog the messages of the code."""

from tests.translations.catalogs import LANGUAGES, is_complete, stored_catalogs, update_catalogs

if __name__ == "__main__":
    update_catalogs()
    for language in LANGUAGES[1:]:
        for area, catalog in stored_catalogs(language).items():
            missing = sum(not is_complete(message) for message in catalog if message.id)
            if missing:
                print(f"{language}/{area}.po: {missing} of {len(catalog)} to translate")
