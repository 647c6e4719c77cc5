// SPDX-License-Identifier: Apache-2.0
// A component that renders again only when a property is another value: a queue of 500 rows changes a few at a time.
import { Component, type FunctionComponent, type ComponentClass } from 'preact';

export function memo<P extends object>(Inner: FunctionComponent<P>): ComponentClass<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const old = this.props as Record<string, unknown>;
      const now = next as Record<string, unknown>;
      return Object.keys({ ...old, ...now }).some((key) => !Object.is(old[key], now[key]));
    }
    override render() {
      return <Inner {...(this.props as P)} />;
    }
  };
}
