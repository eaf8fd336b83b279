#include "SwiftletSystem.h"

#include <pthread.h>
#include <stdlib.h>

struct swiftlet_lock {
  pthread_mutex_t mutex;
};

swiftlet_lock *swiftlet_lock_create(void) {
  swiftlet_lock *lock = malloc(sizeof *lock);
  if (!lock) return NULL;
  pthread_mutex_init(&lock->mutex, NULL);
  return lock;
}

void swiftlet_lock_take(swiftlet_lock *lock) { pthread_mutex_lock(&lock->mutex); }

void swiftlet_lock_give(swiftlet_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

void swiftlet_lock_destroy(swiftlet_lock *lock) {
  if (!lock) return;
  pthread_mutex_destroy(&lock->mutex);
  free(lock);
}
