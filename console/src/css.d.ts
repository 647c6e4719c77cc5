// SPDX-License-Identifier: Apache-2.0
// Style sheets are bundled by their import.
declare module '*.css';
