"""The promises of the measuring rooms: worked examples by their id, each clause of the edges, and the properties."""
