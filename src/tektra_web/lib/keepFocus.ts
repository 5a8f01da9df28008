// SPDX-License-Identifier: Apache-2.0
/** Where the focus goes when what had it is taken away. */
const NEAR = "li, form, [role='group'], [role='region'], section, main";

/**
 * What has the focus may go: a row that is deleted, a form that is closed. The browser then begins at the top of the page again; instead it
 * goes on at what was around it. Returns how to end this.
 */
export function keepFocus(root: HTMLElement): () => void {
  let way: Element[] = [];
  const seen = (event: FocusEvent) => {
    way = event.composedPath().filter((one): one is Element => one instanceof Element);
  };
  const look = () => {
    const [last] = way;
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    const near = way.find((one) => one.isConnected)?.closest<HTMLElement>(NEAR) ?? root;
    way = [];
    if (!root.contains(near)) return;
    if (!near.hasAttribute("tabindex")) near.tabIndex = -1;
    near.focus({ preventScroll: true });
  };
  const watching = new MutationObserver(look);
  root.addEventListener("focusin", seen);
  watching.observe(root, { childList: true, subtree: true });
  return () => {
    watching.disconnect();
    root.removeEventListener("focusin", seen);
  };
}
