/** Families that rules use and the catalogue does not declare yet, with the names and labels they will have. */

export const pendingFamilies = [
  { name: 'nacos_config_divergent_items', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'namespace_id'] },
] as const;
