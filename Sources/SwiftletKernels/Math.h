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

/// At most so many vectors go through each line of a function together: one alone waits for each of its results.
#define TOGETHER 8
/// Does the statement for each of `count` vectors.
#define EACH UNROLL for (int i = 0; i < count; i++)

/// y[i] = c[0] + c[1] x[i] + ... + c[degree] x[i]^degree, by Horner's rule.
INLINE void vpolynomials(const int count, vf *y, const vf *x, const float *c, const int degree) {
  EACH y[i] = vset(c[degree]);
  UNROLL
  for (int k = degree - 1; k >= 0; k--) EACH y[i] = vfma(y[i], x[i], vset(c[k]));
}

/// The same of one vector.
INLINE vf vpolynomial(vf x, const float *c, const int degree) {
  vf y;
  vpolynomials(1, &y, &x, c, degree);
  return y;
}

/// x[i] = n[i] ln 2 + r[i] with |r[i]| <= ln 2 / 2, and biased[i] = n[i] + ROUNDING.
INLINE void vreduced(const int count, const vf *x, vf *n, vf *r, vf *biased) {
  EACH biased[i] = vfma(x[i], vset(LOG2E), vset(ROUNDING));
  EACH n[i] = biased[i] - vset(ROUNDING);
  EACH r[i] = vfma(n[i], vset(-LN2_HIGH), x[i]);
  EACH r[i] = vfma(n[i], vset(-LN2_LOW), r[i]);
}

/// y[i] = exp(r[i]) - 1 for |r[i]| <= ln 2 / 2.
INLINE void vexpm1_reduced(const int count, vf *y, const vf *r) {
  static const float c[] = {0x1p0f / 2, 0x1.5554aap-3f, 0x1.5554d4p-5f, 0x1.122cc8p-7f, 0x1.6d64f4p-10f};
  vpolynomials(count, y, r, c, 4);
  EACH y[i] = vfma(y[i], r[i] * r[i], r[i]);
}

#ifndef HAS_VSCALED
/// x 2^n for integers n in -250 ... 250, rounded once: each power is normal though the product may not be.
/// biased is n + ROUNDING.
INLINE vf vscaled(vf x, vf n, vf biased) {
  (void)n;
  const vi whole = (vi)biased - viset(0x4b400000), half = whole >> 1;
  return x * (vf)((half + viset(127)) << 23) * (vf)((whole - half + viset(127)) << 23);
}
#endif

/// x[i] = exp(x[i]) for x[i] in -109 ... 89 or NaN.
INLINE void vexps_within(const int count, vf *x) {
  vf n[TOGETHER], r[TOGETHER], biased[TOGETHER], y[TOGETHER];
  vreduced(count, x, n, r, biased);
  vexpm1_reduced(count, y, r);
  EACH x[i] = vscaled(vset(1) + y[i], n[i], biased[i]);
}

/// The same of one vector.
INLINE vf vexp_within(vf x) {
  vexps_within(1, &x);
  return x;
}

INLINE vf vexp(vf x) {
  // Beyond these the result is 0 or infinity.
  return vexp_within(vmax(vset(-104), vmin(vset(89), x)));
}

/// exp(x) - 1 for x in -80 ... 80 or NaN.
INLINE vf vexpm1_within(vf x) {
  vf n, r, biased, y;
  vreduced(1, &x, &n, &r, &biased);
  vexpm1_reduced(1, &y, &r);
  const vf scale = (vf)(((vi)biased - viset(0x4b400000 - 127)) << 23);
  return vfma(y, scale, scale - vset(1));
}

/// exp(x) - 1 for x <= 0.
INLINE vf vexpm1_negative(vf x) { return vexpm1_within(vmax(vset(-18), x)); }

/// 1 / (1 + exp(-x)): for x < 0 as e / (1 + e), so that nothing overflows and small results stay exact.
INLINE vf vsigmoid(vf x) {
  const vf e = vexp_within(vmax(vset(-104), -vabs(x)));
  return vselect(x < vset(0), e, vset(1)) / (vset(1) + e);
}

/// e / (2 + e) with e = exp(2 |x|) - 1; for small x, where that sum's rounding would show, a polynomial.
INLINE vf vtanh(vf x) {
  static const float c[] = {-0x1.55554ep-2f, 0x1.110c38p-3f, -0x1.b8288ep-5f, 0x1.3eb0fep-6f};
  const vf size = vabs(x), square = size * size;
  const vf near = vfma(size * square, vpolynomial(square, c, 3), size);
  const vf e = vexpm1_within(vmin(vset(20), size + size));
  return vsigned(vselect(size < vset(0.35f), near, vabs(e / (vset(2) + e))), x);
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
  vf e = vexp_within(vmax(vset(-104), -vabs(x)));
  return vselect(x > vset(0), x, vset(0)) + vlog1p_unit(e);
}

/// 2^r = 1 + r (c[0] + c[1] r + ...) for |r| <= 1/2.
static const float power_of_two[] = {0x1.62e432p-1f, 0x1.ebf9a0p-3f, 0x1.c6adc8p-5f, 0x1.3cf538p-7f, 0x1.5faa38p-10f};

/// 2^x + y, where x beyond -40 ... 40 counts as that end.
INLINE vf vexp2_plus(vf x, const float y) {
  x = vmin(vset(40), vmax(vset(-40), x));
  // The nearest integer and an exponent's bias: shifted, the bits are those of the power.
  const vf biased = x + vset(ROUNDING + 127), r = x - (biased - vset(ROUNDING + 127));
  const vf scale = (vf)((vi)biased << 23);
  return vfma(r * vpolynomial(r, power_of_two, 4), scale, scale + vset(y));
}

/// x Phi(x), with 1 - Phi(|x|) = 2^q, which keeps the relative error small where Phi is. q is a polynomial of |x|,
/// by its even and its odd part, and beyond 11 so low that 2^q is 0. q itself is rounded only where its nearest
/// integer n is taken: its rounding errors are the result's.
INLINE void vgelus(const int count, vf *x) {
  static const float even[] = {-1, -0x1.d63386p-2f, 0x1.d758a2p-8f, -0x1.2fc01ep-13f, -0x1.1ad444p-19f};
  static const float odd[] = {-0x1.26af04p+0f, -0x1.aec316p-5f, -0x1.efde2ep-13f, 0x1.01416ap-15f};
  vf size[TOGETHER], square[TOGETHER], u[TOGETHER], v[TOGETHER], n[TOGETHER], biased[TOGETHER], r[TOGETHER], y[TOGETHER];
  EACH size[i] = vmin(vset(11), vabs(x[i]));
  EACH square[i] = size[i] * size[i];
  vpolynomials(count, u, square, even, 4);
  vpolynomials(count, v, square, odd, 3);
  EACH biased[i] = vfma(size[i], v[i], u[i]) + vset(ROUNDING);
  EACH n[i] = biased[i] - vset(ROUNDING);
  EACH r[i] = vfma(size[i], v[i], u[i] - n[i]);
  vpolynomials(count, y, r, power_of_two, 4);
  EACH y[i] = vscaled(vfma(y[i], r[i], vset(1)), n[i], biased[i]);
  EACH x[i] = x[i] * vselect(x[i] < vset(0), y[i], vset(1) - y[i]);
}

/// x/2 (1 + tanh(u)) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
INLINE vf vgelu_tanh(vf x) {
  return x * vsigmoid(x * vfma(x * x, vset(0.07135481627f), vset(1.595769122f)));
}
