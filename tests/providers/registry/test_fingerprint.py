"""Keys are told apart without being told."""

from antiphon.providers.registry.sharing import Fingerprints
from antiphon.settings.schema.api_key import Key

KEY = "sk-planted-0123456789"


def test_the_same_key_has_the_same_fingerprint_and_another_has_another():
    fingerprints = Fingerprints()
    assert fingerprints.of(Key(KEY)) == fingerprints.of(Key(KEY))
    assert fingerprints.of(Key(KEY)) != fingerprints.of(Key(KEY + "0"))
    assert fingerprints.of(None) == ""
    assert fingerprints.of(Key("\ud800"))


def test_a_fingerprint_says_nothing_outside_of_its_server():
    fingerprint = Fingerprints().of(Key(KEY))
    assert fingerprint != Fingerprints().of(Key(KEY))
    assert KEY not in fingerprint
    assert KEY not in repr(Fingerprints())
