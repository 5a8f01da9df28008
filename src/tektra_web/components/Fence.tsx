// SPDX-License-Identifier: Apache-2.0
import { Component, type ReactNode } from "react";

/** A browser without WebGL, a model that does not come, or an answer that is none must not take the page, and its stop, with it. */
export class Fence extends Component<{ fallback: ReactNode; children: ReactNode }, { broken: boolean }> {
  state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  render() {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}
