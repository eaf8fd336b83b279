/// exp, tanh, sigmoid, softplus and the normal distribution function on vectors. Every operation is written
/// out, in an order that no compiler may change, so that each gives the same bits on every instruction set.
/// The polynomials come from Fixtures/kernels/make_coefficients.py; Spec/arithmetic.md states the errors.

/// 1.5 * 2^23: adding it leaves the nearest integer in a float's low bits.
#define ROUNDING 0x1.8p23f
#define LOG2E 0x1.715476p0f
#define LN2_HIGH 0x1.62e430p-1f
#define LN2_LOW -0x1.05c610p-29f

INLINE vf vabs(vf x) { return (vf)((vi)x & viset(0x7fffffff)); }
/// `magnitude` (whose sign bit is clear) with the sign of `sign`.
INLINE vf vsigned(vf magnitude, vf sign) { return (vf)((vi)magnitude | ((vi)sign & viset((int32_t)0x80000000u))); }

/// c[0] + c[1] x + ... + c[degree] x^degree, by Horner's rule.
INLINE vf vpolynomial(vf x, const float *c, const int degree) {
  vf y = vset(c[degree]);
  UNROLL
  for (int i = degree - 1; i >= 0; i--) y = vfma(y, x, vset(c[i]));
  return y;
}

/// x = n ln 2 + r with |r| <= ln 2 / 2: returns exp(r) - 1, and n biased by ROUNDING. `low` is added to r.
INLINE vf vexp_reduced(vf x, vf low, vf *biased) {
  static const float c[] = {0x1p0f / 2, 0x1.5554aap-3f, 0x1.5554d4p-5f, 0x1.122cc8p-7f, 0x1.6d64f4p-10f};
  *biased = vfma(x, vset(LOG2E), vset(ROUNDING));
  vf n = *biased - vset(ROUNDING);
  vf r = vfma(n, vset(-LN2_HIGH), x);
  r = vfma(n, vset(-LN2_LOW), r) + low;
  return vfma(vpolynomial(r, c, 4), r * r, r);
}

/// x 2^n for n in -250 ... 250, by two multiplications: each power is normal though the product may not be.
INLINE vf vscaled(vf x, vf biased) {
  vi n = (vi)biased - viset(0x4b400000);
  vi half = n >> 1;
  vf first = (vf)((half + viset(127)) << 23);
  vf second = (vf)((n - half + viset(127)) << 23);
  return x * first * second;
}

/// exp(x + low) for x in -109 ... 89 or NaN, low below an ulp of x.
INLINE vf vexp_within(vf x, vf low) {
  vf n, tail = vexp_reduced(x, low, &n);
  return vscaled(vset(1) + tail, n);
}

INLINE vf vexp(vf x) {
  // Beyond these the result is 0 or infinity.
  return vexp_within(vmax(vset(-104), vmin(vset(89), x)), vset(0));
}

/// exp(x) - 1 for x <= 0.
INLINE vf vexpm1_negative(vf x) {
  vf n, tail = vexp_reduced(vmax(vset(-18), x), vset(0), &n);
  vf scale = (vf)(((vi)n - viset(0x4b400000 - 127)) << 23);
  return vfma(tail, scale, scale - vset(1));
}

/// 1 / (1 + exp(-x)): for x < 0 as e / (1 + e), so that nothing overflows and small results stay exact.
INLINE vf vsigmoid(vf x) {
  vf e = vexp_within(vmax(vset(-104), -vabs(x)), vset(0));
  vf sum = vset(1) + e;
  vf lost = e - (sum - vset(1));
  vf top = vselect(x < vset(0), e, vset(1));
  vf inverse = vset(1) / sum;
  vf y = top * inverse;
  vf left = vfma(-y, lost, vfma(-y, sum, top));
  return vfma(left, inverse, y);
}

INLINE vf vtanh(vf x) {
  static const float c[] = {-0x1.555534p-2f, 0x1.110756p-3f, -0x1.b84170p-5f, 0x1.52436cp-6f, -0x1.7654e8p-8f};
  vf size = vabs(x), square = size * size;
  vf near = vfma(size * square, vpolynomial(square, c, 4), size);
  vf e = vexp_within(vmin(vset(20), size + size), vset(0));
  vf far = vset(1) - vset(2) / (e + vset(1));
  return vsigned(vselect(size < vset(0.625f), near, vabs(far)), x);
}

/// log(1 + x) for x in 0 ... 1 or NaN.
INLINE vf vlog1p_unit(vf x) {
  static const float c[] = {0x1.55554ap-2f, -0x1.000216p-2f, 0x1.99a5a8p-3f, -0x1.547aeap-3f,
                            0x1.226e22p-3f, -0x1.0ccb88p-3f, 0x1.07ca88p-3f, -0x1.4246b6p-4f};
  // 1 + x = 2^k (1 + f) with 1 + f in sqrt(1/2) ... sqrt(2).
  vi upper = x > vset(0x1.a8279ap-2f);
  vf f = vselect(upper, vfma(x, vset(0.5f), vset(-0.5f)), x);
  vf square = f * f;
  vf rest = vfma(vset(-0.5f), square, f * square * vpolynomial(f, c, 7));
  vf high = (vf)(upper & (vi)vset(LN2_HIGH)), low = (vf)(upper & (vi)vset(LN2_LOW));
  return high + (f + (rest + low));
}

/// log(1 + exp(x)).
INLINE vf vsoftplus(vf x) {
  vf e = vexp_within(vmax(vset(-104), -vabs(x)), vset(0));
  return vselect(x > vset(0), x, vset(0)) + vlog1p_unit(e);
}

/// x Phi(x). Near 0 Phi is 1/2 + x S(x^2); farther out 1 - Phi(|x|) = exp(-x^2/2 - G(|x|)), which keeps the
/// relative error small where Phi is.
INLINE vf vgelu(vf x) {
  static const float s[] = {0x1.988454p-2f, -0x1.105870p-4f, 0x1.46d61ap-7f, -0x1.36dad6p-10f, 0x1.bed2bep-14f};
  static const float g[] = {0x1.62dc9cp-1f, 0x1.98ae3ap-1f, -0x1.75aa10p-3f, 0x1.322bc2p-5f,
                            -0x1.740770p-8f, 0x1.ed3388p-12f, 0x1.a8d8e8p-16f, -0x1.d135f0p-17f,
                            0x1.064baep-19f, -0x1.249cfap-23f, 0x1.10a62ap-28f};
  vf near = vfma(x, vpolynomial(x * x, s, 4), vset(0.5f));
  vf size = vmin(vset(14.5f), vabs(x));
  vf curve = vpolynomial(vmin(vset(5.75f), size), g, 10);
  vf square = size * size;
  vf squareLow = vfma(size, size, -square);
  vf exponent = vfma(vset(-0.5f), square, -curve);
  vf low = vfma(vset(-0.5f), square, -exponent) - curve;
  vf tail = vexp_within(exponent, vfma(vset(-0.5f), squareLow, low));
  vf far = vselect(x < vset(0), tail, vset(1) - tail);
  return x * vselect(size < vset(0.75f), near, far);
}

/// x/2 (1 + tanh(u)) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
INLINE vf vgelu_tanh(vf x) {
  return x * vsigmoid(x * vfma(x * x, vset(0.07135481627f), vset(1.595769122f)));
}
