#include "SwiftletSystem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct swiftlet_pool {
  pthread_mutex_t callers;  // one run at a time
  pthread_mutex_t lock;     // guards sleeping, and what is not atomic below
  pthread_cond_t work, done;
  size_t sleeping;  // workers that wait for `work`
  bool isWaiting;  // whether the caller waits for `done`
  size_t count;
  void (*body)(void *, size_t);
  void *context;
  size_t workers;
  unsigned patience;  // the caller's
  // Each on a cache line of its own, since every thread looks at them.
  _Alignas(64) atomic_uint_fast64_t generation;  // of the present run; the top bit says that the pool stops
  _Alignas(64) atomic_size_t active;  // workers inside the present run
  _Alignas(64) atomic_size_t next;  // the first index that nobody has taken
  pthread_t threads[];
};

static const uint_fast64_t stopping = (uint_fast64_t)1 << 63;

/// How often a thread looks before it goes to sleep: from a few microseconds to some hundred. To sleep and be woken takes
/// longer than many a network, so it pays to look for the next run, or for another thread that is a little late; but not
/// for a run that is far off, nor where the other thread waits for this very core.
enum { LEAST_PATIENCE = 200, MOST_PATIENCE = 4000 };

/// All patience where it was enough, and an eighth less where it was not. Not less at once: when threads sleep, they are
/// late for each other, and would go on to sleep.
static unsigned nextPatience(unsigned patience, bool wasEnough) {
  if (wasEnough) return MOST_PATIENCE;
  patience -= patience / 8;
  return patience < LEAST_PATIENCE ? LEAST_PATIENCE : patience;
}

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

static void take(swiftlet_pool *pool) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (index >= pool->count) return;
    pool->body(pool->context, index);
  }
}

/// Waits for a generation other than `seen`, looking for a while and then asleep.
static uint_fast64_t await(swiftlet_pool *pool, uint_fast64_t seen, unsigned *patience) {
  for (unsigned i = 0; i < *patience; i++) {
    uint_fast64_t now = atomic_load_explicit(&pool->generation, memory_order_acquire);
    if (now != seen) {
      *patience = nextPatience(*patience, true);
      return now;
    }
    relax();
  }
  *patience = nextPatience(*patience, false);
  pthread_mutex_lock(&pool->lock);
  pool->sleeping++;
  while (atomic_load_explicit(&pool->generation, memory_order_acquire) == seen)
    pthread_cond_wait(&pool->work, &pool->lock);
  pool->sleeping--;
  pthread_mutex_unlock(&pool->lock);
  return atomic_load_explicit(&pool->generation, memory_order_acquire);
}

static void *worker(void *argument) {
  swiftlet_pool *pool = argument;
  uint_fast64_t seen = 0;
  unsigned patience = MOST_PATIENCE;
  for (;;) {
    seen = await(pool, seen, &patience);
    if (seen & stopping) return NULL;
    take(pool);
    // The last one out wakes the caller, if it sleeps.
    if (atomic_fetch_sub_explicit(&pool->active, 1, memory_order_acq_rel) == 1) {
      pthread_mutex_lock(&pool->lock);
      if (pool->isWaiting) pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->lock);
    }
  }
}

swiftlet_pool *swiftlet_pool_create(size_t threads) {
  if (threads == 0 || threads > 1024) return NULL;
  size_t bytes = sizeof(swiftlet_pool) + (threads - 1) * sizeof(pthread_t);
  swiftlet_pool *pool = swiftlet_allocate(bytes);
  if (!pool) return NULL;
  *pool = (swiftlet_pool){.patience = MOST_PATIENCE};
  pthread_mutex_init(&pool->callers, NULL);
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  for (size_t i = 0; i + 1 < threads; i++) {
    if (pthread_create(&pool->threads[i], NULL, worker, pool) != 0) {
      swiftlet_pool_destroy(pool);
      return NULL;
    }
    pool->workers++;
  }
  return pool;
}

/// Lets the workers see the next generation, and wakes those that sleep.
static void announce(swiftlet_pool *pool, uint_fast64_t generation) {
  // Whoever goes to sleep looks at the generation under the lock, so none is missed.
  pthread_mutex_lock(&pool->lock);
  atomic_store_explicit(&pool->generation, generation, memory_order_release);
  if (pool->sleeping) pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
}

void swiftlet_pool_run(swiftlet_pool *pool, size_t count, void (*body)(void *, size_t), void *context) {
  if (count <= 1 || pool->workers == 0) {
    for (size_t i = 0; i < count; i++) body(context, i);
    return;
  }
  pthread_mutex_lock(&pool->callers);
  pool->count = count;
  pool->body = body;
  pool->context = context;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store_explicit(&pool->active, pool->workers, memory_order_relaxed);
  announce(pool, atomic_load_explicit(&pool->generation, memory_order_relaxed) + 1);
  take(pool);
  bool isDone = false;
  for (unsigned i = 0; i < pool->patience && !isDone; i++) {
    isDone = atomic_load_explicit(&pool->active, memory_order_acquire) == 0;
    if (!isDone) relax();
  }
  pool->patience = nextPatience(pool->patience, isDone);
  if (!isDone) {
    pthread_mutex_lock(&pool->lock);
    pool->isWaiting = true;
    while (atomic_load_explicit(&pool->active, memory_order_acquire) > 0) pthread_cond_wait(&pool->done, &pool->lock);
    pool->isWaiting = false;
    pthread_mutex_unlock(&pool->lock);
  }
  pthread_mutex_unlock(&pool->callers);
}

size_t swiftlet_pool_threads(const swiftlet_pool *pool) { return pool->workers + 1; }

void swiftlet_pool_destroy(swiftlet_pool *pool) {
  if (!pool) return;
  announce(pool, stopping);
  for (size_t i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->lock);
  pthread_mutex_destroy(&pool->callers);
  swiftlet_free(pool);
}
