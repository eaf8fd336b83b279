import Swiftlet
import Testing

// The expected values are those of FIPS 180-4's examples and of NIST's SHAVS byte-oriented short messages.

/// Digests of messages by their text.
private let known: [(message: String, digest: String)] = [
  ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  (
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
  ),
  (
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
      + "mnopqrstnopqrstu",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
  ),
]

@Test("SHA-256 gives the digests that FIPS 180-4 gives")
func knownDigests() {
  for (message, digest) in known {
    var hash = SHA256()
    hash.update(Array(message.utf8))
    #expect(hash.finalize().hexadecimal == digest)
  }
}

@Test("A million letters a, in pieces of any size, give the digest that FIPS 180-4 gives")
func manyPieces() {
  var hash = SHA256()
  var left = 1_000_000
  var piece = 1
  while left > 0 {
    let count = min(piece, left)
    hash.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
    left -= count
    piece = piece * 7 % 10_007
  }
  #expect(
    hash.finalize().hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
}

@Test("Every length around a block's edge gives the digest that Python's hashlib gives for all lengths")
func everyLength() {
  // hashlib.sha256(b"".join(hashlib.sha256(bytes(range(n))).digest() for n in range(200))).hexdigest()
  var all = SHA256()
  for count in 0..<200 {
    var hash = SHA256()
    hash.update((0..<count).map { UInt8($0) })
    all.update(hash.finalize().bytes)
  }
  #expect(all.finalize().hexadecimal == "ba7b0fcea7d10c06b855b43d2b4dce1e3e842fff6be0acefb0faf4f2dd05bb47")
}

@Test("A digest survives its text and its bytes; other text is no digest")
func digestText() {
  let text = known[1].digest
  let digest = SHA256.Digest(hexadecimal: text)
  #expect(digest?.hexadecimal == text)
  #expect(SHA256.Digest(hexadecimal: text.uppercased()) == digest)
  #expect(digest.flatMap { SHA256.Digest(bytes: $0.bytes) } == digest)
  #expect(SHA256.Digest(hexadecimal: String(text.dropLast())) == nil)
  #expect(SHA256.Digest(hexadecimal: "g" + text.dropFirst()) == nil)
  #expect(SHA256.Digest(bytes: [1, 2, 3]) == nil)
}
