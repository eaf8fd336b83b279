/// Vectors of AVX-512: sixteen lanes, 32 registers. The includer has enabled F, DQ, BW and VL.

#define LANES 16
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));

INLINE vf vset(float x) { return (vf)_mm512_set1_ps(x); }
INLINE vi viset(int32_t x) { return (vi)_mm512_set1_epi32(x); }
INLINE vf vload(const float *p) { return (vf)_mm512_loadu_ps(p); }
INLINE void vstore(float *p, vf x) { _mm512_storeu_ps(p, (__m512)x); }
INLINE __mmask16 first(size_t count) { return (__mmask16)((1u << count) - 1); }
/// The first `count` < LANES elements, zeros after them.
INLINE vf vload_part(const float *p, size_t count) { return (vf)_mm512_maskz_loadu_ps(first(count), p); }
INLINE void vstore_part(float *p, vf x, size_t count) { _mm512_mask_storeu_ps(p, first(count), (__m512)x); }
INLINE vf vfma(vf a, vf b, vf c) { return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE vf vselect(vi mask, vf a, vf b) {
  return (vf)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), (__m512)b, (__m512)a);
}
/// Four neighbours, in each quarter of the vector.
INLINE vf vload_quad(const float *p) { return (vf)_mm512_broadcast_f32x4(_mm_loadu_ps(p)); }
/// The constant u-th of them in every lane.
#define vsplat(QUAD, U) ((vf)_mm512_permute_ps((__m512)(QUAD), (U) * 0x55))
#define HAS_QUADS 1
/// a > b ? a : b, so b where either is NaN.
INLINE vf vmax(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
/// a < b ? a : b, so b where either is NaN.
INLINE vf vmin(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
/// x 2^n for integers n, rounded once.
INLINE vf vscaled(vf x, vf n, vf biased) {
  (void)biased;
  return (vf)_mm512_scalef_ps((__m512)x, (__m512)n);
}
#define HAS_VSCALED
/// For each 32-bit lane, the sum of the products of its two int16 halves.
INLINE vi vmadd16(vi a, vi b) { return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b); }
