import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

/** Returns the first path segments of the application's routes below /v3; any other segment there is a project id. */
export function resourcesOf(app: INestApplication): ReadonlySet<string> {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  const paths = controllers.flatMap(({ metatype }) => (metatype === null ? [] : pathsOf(metatype as Type)));
  return new Set(
    paths.flatMap((path) => {
      const [root, first] = path.split('/').filter((segment) => segment !== '');
      return root === 'v3' && first !== undefined ? [first] : [];
    }),
  );
}

/** Returns the paths of a controller's routes from its decorators. */
function pathsOf(controller: Type): string[] {
  const handlers = controller.prototype as Readonly<Record<string, object>>;
  const methods = new MetadataScanner().getAllMethodNames(handlers);
  const routes = methods.flatMap((name) => handlers[name] ?? []).filter(isRoute);
  return partsOf(controller).flatMap((base) =>
    routes.flatMap((route) => partsOf(route).map((part) => `${base}/${part}`)),
  );
}

function isRoute(handler: object): boolean {
  return Reflect.hasMetadata(METHOD_METADATA, handler);
}

/** Returns the path or paths given to a decorator. */
function partsOf(decorated: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, decorated) as string | string[]].flat();
}
