/** What listeners read of the control that an event is of: without the DOM's types, which the worker that draws the first page lacks. */

interface Control {
  value: string;
  valueAsNumber: number;
  checked: boolean;
  selectedIndex: number;
  checkValidity(): boolean;
}

export const controlOf = (event: { currentTarget: unknown }): Control => event.currentTarget as Control;
