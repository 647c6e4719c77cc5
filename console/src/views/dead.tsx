// SPDX-License-Identifier: Apache-2.0
// For a lead: deliveries that no attempt brought to the space.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { useNow } from '../clock';
import { toast, useT } from '../state';
import type { Delivery } from '../types';
import { Notice, Time } from './parts';

export function DeadLetters() {
  const { t } = useT();
  const now = useNow();
  const [list, setList] = useState<Delivery[] | null>(null);
  const [failed, setFailed] = useState(false);

  function load(): void {
    setFailed(false);
    api.deadLetters().then(
      ({ deliveries }) => setList(deliveries),
      () => setFailed(true),
    );
  }
  useEffect(load, []);

  async function retry(delivery: Delivery): Promise<void> {
    try {
      await api.retryDelivery(delivery.id);
      setList((old) => old?.filter((d) => d.id !== delivery.id) ?? null);
      toast(t('dead.retried'));
    } catch {
      toast(t('dead.retry.failed'), 'bad');
    }
  }

  return (
    <main id="main" class="page" tabIndex={-1}>
      <h1>{t('dead.title')}</h1>
      <p class="lead">{t('dead.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('dead.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {list?.length === 0 ? <p class="empty">{t('dead.empty')}</p> : null}
      {list && list.length > 0 ? (
        <ul class="dead-list">
          {list.map((d) => (
            <li key={d.id} class="dead">
              <div class="dead-what">
                <strong>{d.type}</strong> <span class="soft">{d.space}</span>
                <div class="dead-url">{d.url}</div>
                <div class="dead-error">{d.last_error}</div>
              </div>
              <dl class="dead-facts">
                <div>
                  <dt>{t('dead.col.attempts')}</dt>
                  <dd>{d.attempts}</dd>
                </div>
                <div>
                  <dt>{t('dead.col.created')}</dt>
                  <dd>
                    <Time at={d.created} now={now} />
                  </dd>
                </div>
              </dl>
              <button type="button" class="button" onClick={() => void retry(d)}>
                {t('dead.retry')}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </main>
  );
}
