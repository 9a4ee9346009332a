"""Atlassian's key host: the public keys of signed installs, each as PEM text under its id."""

import json
from dataclasses import dataclass, field
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response
from jwt.algorithms import RSAAlgorithm

from tests.jira.server import Running, answer_at

KEY_BITS = 2048


@cache
def new_key(number: int) -> rsa.RSAPrivateKey:
    """The process makes each key once: they take long, and no test needs a stranger's."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=KEY_BITS)


@dataclass
class KeyHost:
    """Signs with its newest key; the older ones stay published. `asked` lists the ids that were fetched."""

    name: str = "keys"
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rotate()

    @property
    def kid(self) -> str:
        return list(self.keys)[-1]

    def rotate(self) -> str:
        """A new key under an id of its own, which no process gives to another key: an app keeps what it fetched."""
        key = new_key(len(self.keys))
        kid = str(uuid5(NAMESPACE_URL, f"{self.name} {len(self.keys)} {key.public_key().public_numbers().n}"))
        self.keys[kid] = key
        return kid

    def pem(self, kid: str) -> str:
        return self.keys[kid].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def key_set(self) -> str:
        """The same keys as Forge publishes its own."""
        keys = [RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in self.keys.items()]
        return json.dumps({"keys": keys})

    def app(self) -> Flask:
        app = Flask(__name__, static_folder=None)

        @app.get("/<kid>")
        def key(kid: str) -> Response:
            self.asked.append(kid)
            if kid not in self.keys:
                return Response("not found", 404, mimetype="text/plain")
            return Response(self.pem(kid), mimetype="application/x-pem-file")

        @app.get("/.well-known/jwks.json")
        def key_set() -> Response:
            self.asked.append("jwks")
            return Response(self.key_set(), mimetype="application/json")

        return app

    def serve(self, port: int = 0) -> Running:
        """At an origin of its own, as an app's settings name it."""
        return answer_at(port, self.app())
