#include "SwiftletSystem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct swiftlet_pool {
  pthread_mutex_t callers;  // one run at a time
  pthread_mutex_t lock;     // guards what follows
  pthread_cond_t work, done;
  uint64_t generation;
  size_t active;  // workers inside the present run
  bool stopping;
  size_t count;
  void (*body)(void *, size_t);
  void *context;
  _Alignas(64) atomic_size_t next;
  size_t workers;
  pthread_t threads[];
};

static void take(swiftlet_pool *pool) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (index >= pool->count) return;
    pool->body(pool->context, index);
  }
}

static void *worker(void *argument) {
  swiftlet_pool *pool = argument;
  uint64_t seen = 0;
  pthread_mutex_lock(&pool->lock);
  for (;;) {
    while (!pool->stopping && pool->generation == seen) pthread_cond_wait(&pool->work, &pool->lock);
    if (pool->stopping) break;
    seen = pool->generation;
    pthread_mutex_unlock(&pool->lock);
    take(pool);
    pthread_mutex_lock(&pool->lock);
    if (--pool->active == 0) pthread_cond_signal(&pool->done);
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

swiftlet_pool *swiftlet_pool_create(size_t threads) {
  if (threads == 0 || threads > 1024) return NULL;
  size_t bytes = sizeof(swiftlet_pool) + (threads - 1) * sizeof(pthread_t);
  swiftlet_pool *pool = swiftlet_allocate(bytes);
  if (!pool) return NULL;
  *pool = (swiftlet_pool){0};
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

void swiftlet_pool_run(swiftlet_pool *pool, size_t count, void (*body)(void *, size_t), void *context) {
  if (count <= 1 || pool->workers == 0) {
    for (size_t i = 0; i < count; i++) body(context, i);
    return;
  }
  pthread_mutex_lock(&pool->callers);
  pthread_mutex_lock(&pool->lock);
  pool->count = count;
  pool->body = body;
  pool->context = context;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  pool->active = pool->workers;
  pool->generation++;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  take(pool);
  pthread_mutex_lock(&pool->lock);
  while (pool->active > 0) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
  pthread_mutex_unlock(&pool->callers);
}

size_t swiftlet_pool_threads(const swiftlet_pool *pool) { return pool->workers + 1; }

void swiftlet_pool_destroy(swiftlet_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->lock);
  pool->stopping = true;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  for (size_t i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->lock);
  pthread_mutex_destroy(&pool->callers);
  swiftlet_free(pool);
}
