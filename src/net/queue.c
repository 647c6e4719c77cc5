/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net_int.h"

void vg_queue_init(vg_queue *queue, size_t limit)
{
    memset(queue, 0, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->more, NULL);
    queue->limit = limit;
}

void vg_queue_destroy(vg_queue *queue)
{
    pthread_cond_destroy(&queue->more);
    pthread_mutex_destroy(&queue->lock);
}

bool vg_queue_push(vg_queue *queue, vg_exchange *x)
{
    bool taken;
    pthread_mutex_lock(&queue->lock);
    taken = queue->count < queue->limit && !queue->stop;
    if (taken) {
        x->next = NULL;
        if (queue->tail) queue->tail->next = x;
        else queue->head = x;
        queue->tail = x;
        queue->count++;
        pthread_cond_signal(&queue->more);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

vg_exchange *vg_queue_take(vg_queue *queue, bool all)
{
    vg_exchange *x;
    pthread_mutex_lock(&queue->lock);
    while (!queue->head && !queue->stop) pthread_cond_wait(&queue->more, &queue->lock);
    x = queue->head;
    if (x && all) {
        queue->head = queue->tail = NULL;
        queue->count = 0;
    } else if (x) {
        queue->head = x->next;
        if (!queue->head) queue->tail = NULL;
        queue->count--;
        x->next = NULL;
    }
    pthread_mutex_unlock(&queue->lock);
    return x;
}

void vg_queue_stop(vg_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->stop = true;
    pthread_cond_broadcast(&queue->more);
    pthread_mutex_unlock(&queue->lock);
}

size_t vg_queue_length(vg_queue *queue)
{
    size_t n;
    pthread_mutex_lock(&queue->lock);
    n = queue->count;
    pthread_mutex_unlock(&queue->lock);
    return n;
}
