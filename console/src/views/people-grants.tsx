// SPDX-License-Identifier: Apache-2.0
// What somebody is in which space: a table of boxes, roles across, spaces down.
import { word } from '../i18n';
import { allRoles, holds, toggled } from '../people';
import { useApp, useT } from '../state';
import type { Grant } from '../types-people';
import { useSpaceTitle } from './parts';

interface Props {
  id: string;
  grants: readonly Grant[];
  error?: string;
  onChange(grants: Grant[]): void;
}

export function Grants({ id, grants, error = '', onChange }: Props) {
  const { t } = useT();
  const title = useSpaceTitle();
  const spaces = useApp((s) => s.spaces);
  const names = ['*', ...new Set([...spaces.map((s) => s.space), ...grants.map((g) => g.space).filter((s) => s !== '*')])];
  return (
    <fieldset class="grants" id={id} tabIndex={-1} aria-describedby={`${id}-more`}>
      <legend>{t('people.roles')}</legend>
      <div class="grants-rows">
        {names.map((space) => {
          const name = space === '*' ? t('people.everywhere') : title(space);
          return (
            <div class="grants-row" key={space}>
              <span class="grants-space">{name}</span>
              <div class="grants-roles">
                {allRoles.map((role) => (
                  <label class="check" key={role}>
                    <input
                      type="checkbox"
                      checked={holds(grants, { space, role })}
                      aria-label={t('people.roles.cell', { role: word(t, 'role', role), space: name })}
                      onChange={() => onChange(toggled(grants, { space, role }))}
                    />
                    {word(t, 'role', role)}
                  </label>
                ))}
              </div>
            </div>
          );
        })}
      </div>
      <small id={`${id}-more`} class={error ? 'field-error' : 'soft'}>
        {error || t('people.roles.help')}
      </small>
    </fieldset>
  );
}
