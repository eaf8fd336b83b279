#include "SwiftletSystem.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

int swiftlet_inflate(const void *input, size_t inputCount, void *output, size_t capacity, size_t *written) {
  *written = 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // 32 added to the window bits: zlib and gzip headers are told apart by zlib itself.
  if (inflateInit2(&stream, MAX_WBITS + 32) != Z_OK) return 1;
  const unsigned char *in = input;
  unsigned char *out = output;
  size_t inLeft = inputCount, outLeft = capacity;
  int result = 1;
  for (;;) {
    if (stream.avail_in == 0 && inLeft > 0) {
      uInt piece = inLeft > UINT_MAX ? UINT_MAX : (uInt)inLeft;
      stream.next_in = (Bytef *)in;
      stream.avail_in = piece;
      in += piece;
      inLeft -= piece;
    }
    if (stream.avail_out == 0 && outLeft > 0) {
      uInt piece = outLeft > UINT_MAX ? UINT_MAX : (uInt)outLeft;
      stream.next_out = out;
      stream.avail_out = piece;
      out += piece;
      outLeft -= piece;
    }
    int state = inflate(&stream, Z_NO_FLUSH);
    if (state == Z_STREAM_END) {
      // gzip files may be several members one after the other.
      if (stream.avail_in + inLeft > 0 && inflateReset(&stream) == Z_OK && stream.avail_in > 1 &&
          stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b)
        continue;
      result = 0;
      break;
    }
    if (state == Z_BUF_ERROR || state == Z_OK) {
      if (stream.avail_out == 0 && outLeft == 0) {
        // The output is full: fine only if the stream ends exactly here.
        unsigned char spare;
        stream.next_out = &spare;
        stream.avail_out = 1;
        int last = inflate(&stream, Z_NO_FLUSH);
        bool ended = last == Z_STREAM_END && stream.avail_out == 1;
        bool more = stream.avail_out == 0 || last == Z_OK;
        stream.avail_out = 0;
        result = ended ? 0 : (more ? 2 : 1);
        break;
      }
      if (stream.avail_in == 0 && inLeft == 0 && state == Z_BUF_ERROR) break;
      continue;
    }
    break;
  }
  *written = capacity - outLeft - stream.avail_out;
  inflateEnd(&stream);
  return result;
}
