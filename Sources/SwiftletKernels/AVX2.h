/// Vectors of AVX2 and FMA: eight lanes, 16 registers. The includer has enabled both.

#define LANES 8
typedef float vf __attribute__((vector_size(32)));
typedef int32_t vi __attribute__((vector_size(32)));

static const int32_t firstLanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

INLINE vf vset(float x) { return (vf)_mm256_set1_ps(x); }
INLINE vi viset(int32_t x) { return (vi)_mm256_set1_epi32(x); }
INLINE vf vload(const float *p) { return (vf)_mm256_loadu_ps(p); }
INLINE void vstore(float *p, vf x) { _mm256_storeu_ps(p, (__m256)x); }
INLINE __m256i first(size_t count) { return _mm256_loadu_si256((const __m256i *)(firstLanes + 8 - count)); }
/// The first `count` < LANES elements, zeros after them.
INLINE vf vload_part(const float *p, size_t count) { return (vf)_mm256_maskload_ps(p, first(count)); }
INLINE void vstore_part(float *p, vf x, size_t count) { _mm256_maskstore_ps(p, first(count), (__m256)x); }
INLINE vf vfma(vf a, vf b, vf c) { return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE vf vselect(vi mask, vf a, vf b) { return (vf)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)mask); }
/// a > b ? a : b, so b where either is NaN.
INLINE vf vmax(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
/// a < b ? a : b, so b where either is NaN.
INLINE vf vmin(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
/// For each 32-bit lane, the sum of the products of its two int16 halves.
INLINE vi vmadd16(vi a, vi b) { return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b); }
